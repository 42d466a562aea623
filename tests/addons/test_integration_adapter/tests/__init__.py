from . import (
    test_adapter,
    test_both_sides,
    test_growing_lists,
    test_lost_answer,
    test_sending,
    test_sending_histories,
    test_sending_merge,
    test_what_leaves,
)
