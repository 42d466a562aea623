from . import (
    test_adapter,
    test_both_sides,
    test_lost_answer,
    test_sending,
    test_sending_histories,
    test_sending_merge,
    test_what_leaves,
)
