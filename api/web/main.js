// The beginning: every view by its name.

import { whoami } from "./api.js";
import { approvals } from "./approvals.js";
import { installIdentity } from "./identity.js";
import { instance } from "./instance.js";
import { list } from "./list.js";
import { reload, run, view } from "./router.js";
import { start } from "./start.js";
import { workers } from "./workers.js";

view("list", () => "Instances", list);
view("instance", (parameters) => parameters.get("id") ?? "Instance", instance);
view("approvals", () => "Approvals", approvals);
view("workers", () => "Workers", workers);
view("start", () => "Start a workflow", start);

installIdentity(document.getElementById("identity"), { whoami, changed: reload }).finally(run);
