#!/usr/bin/env python3
"""Holds the mock against equinix, the vendor's SDK. It is generated from the last state of the API's description, and holds requests
and replies against it; the package does not carry the description itself.

    python equinix_lifecycle.py <the built example "serve_equinix">
"""

import unittest

from equinix.services import metalv1
from lifecycle import Lifecycle


class LastDescription(Lifecycle, unittest.TestCase):
    metal = metalv1

    def metro(self, code):
        return metalv1.MetroInputMetro(code)

    def test_the_first_metro_that_exists_is_taken(self):
        asked = metalv1.DeviceCreateInMetroInput(
            metro=metalv1.MetroInputMetro(["xx", "am", "any"]), plan="c3.small.x86", operating_system="flatcar_stable"
        )
        device = self.cloud.devices.create_device(self.cloud.project, metalv1.CreateDeviceRequest(asked))
        self.assertEqual(device.metro.code, "am")


if __name__ == "__main__":
    unittest.main()
