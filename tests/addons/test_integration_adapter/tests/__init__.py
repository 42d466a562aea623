from . import test_adapter, test_sending
