from . import (
    assign,
    base_partner_merge,
    edit,
    mapping_preview,
    mapping_revert,
    match_confirm,
    ownership_choice,
    refuse,
    reveal,
    skip,
    unlink,
    value_map_choice,
)
