"""The table of what reaches out of a workflow, by dotted name."""

from typing import Final

from durably.lint.words import words


def _rows(rule: str, module: str, names: str) -> dict[str, str]:
    return {f"{module}.{name}" if module else name: rule for name in names.split()}


EXACT: Final[dict[str, str]] = {
    **_rows(
        "CLOCK",
        "time",
        "time time_ns monotonic monotonic_ns perf_counter perf_counter_ns process_time process_time_ns thread_time"
        " thread_time_ns clock_gettime clock_gettime_ns localtime gmtime ctime asctime strftime",
    ),
    **_rows("CLOCK", "datetime", "datetime.now datetime.utcnow datetime.today date.today now utcnow today"),
    **_rows("CLOCK", "", "pendulum.now pendulum.today arrow.now arrow.utcnow timeit.default_timer timeit.timeit"),
    **_rows(
        "CLOCK", "", "django.utils.timezone.now pandas.Timestamp.now pandas.Timestamp.utcnow pandas.Timestamp.today"
    ),
    **_rows("RANDOM", "os", "urandom getrandom"),
    **_rows("UUID", "uuid", "uuid1 uuid4 uuid6 uuid7"),
    **_rows("UUID", "", "shortuuid.uuid shortuuid.ShortUUID nanoid.generate ulid.new ulid.ULID cuid.cuid ksuid.ksuid"),
    **_rows(
        "ENV",
        "os",
        "environ environb getenv getenvb putenv unsetenv getpid getppid getcwd getlogin uname cpu_count getuid geteuid"
        " getgid getloadavg name get_terminal_size path.expanduser path.expandvars path.abspath sched_getaffinity",
    ),
    **_rows("ENV", "sys", "argv platform executable version version_info flags path modules prefix"),
    **_rows(
        "ENV", "", "socket.gethostname socket.getfqdn getpass.getuser locale.getlocale uuid.getnode builtins.input"
    ),
    **_rows("ENV", "", "dotenv.load_dotenv dotenv.dotenv_values decouple.config time.tzname time.timezone sys.stdin"),
    **_rows("ENV", "pathlib", "Path.cwd Path.home"),
    **_rows(
        "FILES",
        "os",
        "listdir scandir walk stat lstat remove unlink rename replace mkdir makedirs rmdir removedirs open read write"
        " chmod chown link symlink readlink utime truncate access chdir fsync path.exists path.isfile path.isdir"
        " path.getsize path.getmtime path.getctime path.islink path.lexists path.samefile path.realpath",
    ),
    **_rows("FILES", "", "builtins.open io.open codecs.open gzip.open bz2.open lzma.open tarfile.open zipfile.ZipFile"),
    **_rows("FILES", "", "pandas.read_csv pandas.read_parquet pandas.read_json numpy.load numpy.save numpy.loadtxt"),
    **_rows("NETWORK", "os", "system popen fork execv execve execvp spawnl spawnv posix_spawn kill"),
    **_rows("NETWORK", "", "http.client.HTTPConnection http.client.HTTPSConnection sqlalchemy.create_engine"),
    **_rows("NETWORK", "dapr", "ext.workflow.DaprWorkflowClient ext.workflow.aio.DaprWorkflowClient"),
    **_rows("NETWORK", "", "websocket.create_connection sqlalchemy.orm.sessionmaker dapr.ext.workflow.aio"),
    **_rows("FILES", "", "configparser.ConfigParser.read linecache.getline pkgutil.get_data"),
    **_rows("THREADS", "time", "sleep"),
    **_rows("GLOBALS", "", "contextvars.ContextVar.get contextvars.ContextVar.set"),
    **_rows("UNORDERED", "", "builtins.hash builtins.id"),
}
"""What is one rule's business whether it is called, read or passed on."""

PREFIXES: Final[dict[str, str]] = {
    **dict.fromkeys(("random", "secrets", "numpy.random", "faker", "torch.rand", "torch.randn"), "RANDOM"),
    **dict.fromkeys(("platform", "environ", "psutil"), "ENV"),
    **dict.fromkeys(("tempfile", "shutil", "sqlite3", "glob", "fileinput", "shelve", "dbm", "aiofiles"), "FILES"),
    **dict.fromkeys(
        words(
            "requests httpx aiohttp urllib.request urllib3 socket subprocess ftplib smtplib imaplib poplib telnetlib"
            " paramiko boto3 botocore redis pymongo psycopg psycopg2 asyncpg pymysql MySQLdb grpc kafka pika websockets"
            " confluent_kafka google.cloud dapr.clients dapr.aio.clients xmlrpc.client stripe twilio slack_sdk openai"
            " anthropic kubernetes docker mysql.connector motor neo4j nats celery azure.storage sqlalchemy.orm.Session"
            " webbrowser ldap3 elasticsearch opensearchpy cassandra"
        ),
        "NETWORK",
    ),
    **dict.fromkeys(
        ("threading", "_thread", "multiprocessing", "concurrent.futures", "queue", "sched", "signal", "joblib"),
        "THREADS",
    ),
    **dict.fromkeys(("asyncio", "anyio", "trio", "uvloop", "curio"), "ASYNCIO"),
}
"""Everything that is called in these modules."""

PURE: Final = words(
    "secrets.compare_digest glob.escape glob.has_magic httpx.URL httpx.Timeout aiohttp.ClientTimeout socket.inet_aton"
    " asyncio.iscoroutinefunction asyncio.iscoroutine grpc.StatusCode shutil.Error signal.Signals socket.htons"
    " requests.utils.quote requests.codes concurrent.futures.as_completed asyncio.as_completed"
)
"""What these modules have besides."""

UNSEEDED: Final = words(
    "random.Random numpy.random.default_rng numpy.random.RandomState numpy.random.SeedSequence time.localtime"
    " time.gmtime time.ctime time.asctime"
)
"""Only without an argument: what it is to begin with can be said."""

PATH: Final = ("pathlib.Path", "pathlib.PosixPath", "pathlib.WindowsPath")
PATH_METHODS: Final = words(
    "read_text read_bytes write_text write_bytes open exists is_file is_dir is_symlink iterdir glob rglob mkdir unlink"
    " rename replace touch stat lstat rmdir resolve samefile symlink_to hardlink_to chmod owner expanduser walk"
)
CERTAIN_METHODS: Final = words("read_text read_bytes write_text write_bytes iterdir rglob")
"""What is a file's business whatever it is called on."""

FAILURES: Final = ("Error", "Exception", "Timeout", "Warning", "Empty", "Full", "Expired")


def rule_of(name: str, *, inside: bool, arguments: int) -> str:
    """The rule against a call of something; empty where there is none.

    Args:
        name: The dotted name.
        inside: Whether what it is called on was made in the same function, and was looked at there.
        arguments: How many it is given.
    """
    if name in PURE or (name in UNSEEDED and arguments) or (name == "time.strftime" and arguments > 1):
        return ""
    if name in EXACT:
        return EXACT[name]
    if name.startswith(PATH) and name.rpartition(".")[2] in PATH_METHODS:
        return "FILES"
    if name.rpartition(".")[2] in CERTAIN_METHODS:
        return "FILES"
    return "" if inside or name.endswith(FAILURES) else within(name)


def within(name: str) -> str:
    """The rule against everything in the module that a dotted name begins with."""
    parts = name.split(".")
    heads = (".".join(parts[:count]) for count in range(len(parts) - 1, 0, -1))
    return next((PREFIXES[head] for head in heads if head in PREFIXES), "")
