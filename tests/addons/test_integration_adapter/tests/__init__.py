from . import test_adapter, test_sending, test_sending_merge
