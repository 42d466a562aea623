from . import assign, base_partner_merge, mapping_revert, match_confirm, refuse, reveal, skip, unlink, value_map_choice
