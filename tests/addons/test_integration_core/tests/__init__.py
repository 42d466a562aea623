from . import (
    test_catch_up,
    test_customer,
    test_governance,
    test_guards,
    test_intake,
    test_order,
    test_robust,
    test_schedule,
    test_secrets,
    test_sql_counts,
    test_value_map,
    test_waiting,
)
