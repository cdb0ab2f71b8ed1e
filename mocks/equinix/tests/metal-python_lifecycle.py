#!/usr/bin/env python3
"""Holds the mock against metal-python, the vendor's client before its SDK, generated from the API's description of September 2024.

    python metal-python_lifecycle.py <the built example "serve_equinix">
"""

import unittest
import warnings

import equinix_metal
from lifecycle import Lifecycle


class MetalPython(Lifecycle, unittest.TestCase):
    metal = equinix_metal

    def metro(self, code):
        return code

    def test_facilities_are_refused(self):
        self.assertIn("facility", self.refused(422, lambda: self.vlan(self.cloud.project, facility="da11")))
        with warnings.catch_warnings(action="ignore"):
            self.refused(422, equinix_metal.FacilitiesApi(self.cloud.vlans.api_client).find_facilities)


if __name__ == "__main__":
    unittest.main()
