from . import base_partner_merge, refuse, reveal, skip, unlink, value_map_choice
