//! The program against clouds that nobody here wrote.

mod cluster;
mod crash;
mod existing;
mod kubeadm;
mod lifecycle;
mod moto_crash;
mod moto_existing;
mod moto_faults;
mod moto_lifecycle;
mod node_network;
mod parity;
mod probe;
mod reports;
mod vcenter;
