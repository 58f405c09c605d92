from durably.authoring import Environment, Package
from durably.contracts.orders import OrderTerms
from worker.activities import (
    confirm_order,
    process_payment,
    release_inventory,
    reserve_inventory,
    validate_order,
    void_payment,
)
from worker.activities.ports import Inventory, PaymentGateway
from worker.adapters.inventory import DaprInventory
from worker.adapters.payments import HttpPaymentGateway, NoGateway
from worker.packages.settings import OrderSettings
from worker.stocking import Stocking
from worker.workflows.order_processing import ORDER_PROCESSING_V1


def declare(environment: Environment) -> Package:
    """The package `orders`."""
    settings, inventory = environment.settings(OrderSettings), DaprInventory(environment.state)
    orders = package(inventory=inventory, payments=_gateway(settings, environment), terms=settings.terms)
    return Package(
        workflows=orders.workflows,
        activities=orders.activities,
        background=(Stocking(inventory, settings.stock).run,),
    )


def package(*, inventory: Inventory, payments: PaymentGateway, terms: OrderTerms) -> Package:
    """The order saga.

    Args:
        inventory: Where the stock is kept.
        payments: Who charges customers.
        terms: Which orders need an approval.
    """
    return Package(
        workflows=(ORDER_PROCESSING_V1,),
        activities=(
            validate_order.definition(terms),
            reserve_inventory.definition(inventory),
            process_payment.definition(payments),
            confirm_order.definition(inventory),
            release_inventory.definition(inventory),
            void_payment.definition(payments),
        ),
    )


def _gateway(settings: OrderSettings, environment: Environment) -> PaymentGateway:
    if settings.payment_url is None:
        return NoGateway()
    return HttpPaymentGateway(environment.http, url=str(settings.payment_url), timeout_s=settings.payment_timeout_s)
