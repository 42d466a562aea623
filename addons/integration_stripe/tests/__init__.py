from . import (
    test_catch_up,
    test_customer,
    test_errors,
    test_generations,
    test_path,
    test_reading,
    test_setup,
    test_signature,
    test_split,
    test_webhook,
)
