from . import (
    test_approval_tours,
    test_catch_up_screens,
    test_flow_tours,
    test_mapping_tours,
    test_match_tours,
    test_ownership_tours,
    test_screens,
    test_tours,
)
