//! The OpenStack driver: Keystone authentication and dual-stack Neutron networks.
