from . import test_customer, test_governance, test_order, test_secrets
