//! A mock OpenStack: Keystone and Neutron on the wire.
