from . import (
    test_adapter,
    test_both_sides,
    test_sending,
    test_sending_histories,
    test_sending_merge,
)
