from . import test_catch_up_screens, test_screens, test_tours
