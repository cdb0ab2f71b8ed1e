//! Documents, addresses and ranges, good and bad ones.

mod addressing;
mod beside;
mod cidr;
mod common;
mod documents;
mod kubeadm;
mod refused;
mod robustness;
