from . import (
    assign,
    base_partner_merge,
    mapping_revert,
    match_confirm,
    ownership_choice,
    refuse,
    reveal,
    skip,
    unlink,
    value_map_choice,
)
