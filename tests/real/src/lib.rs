//! Tests against clouds that nobody here wrote.
//!
//! There are four: the real Keystone and Neutron, started by `cargo xtask cloud openstack up`, and [`moto`], a mock AWS of others,
//! started by `cargo xtask cloud aws up`; and
//! [`vcenter`], govmomi's simulator, started by `cargo xtask cloud vsphere up`.
//!
//! * `lifecycle`, `existing`, `crash`: the program `groundwork` against Neutron, each test in a project of its own, with the whole project
//!   compared before and after.
//! * `parity`: requests as data (`parity/*.yaml`), asked of the real cloud and of our mock. What the real one answers is kept in
//!   `recordings/`, so that the mock is held to it on machines without the real one too.
//! * `vcenter`: the program against the simulator, each test in a folder of its own.
//! * `kubeadm`: files of ours and bad ones before kubeadm itself, in two releases, built by `cargo xtask cloud kubeadm up`.
//! * `cluster`: clusters as data, furnished on a real kube-apiserver, before `verify-cluster`; built by `cargo xtask cloud kubernetes up`.
//! * `probe`: the same with pods that really run, each in a network namespace of its own on one of two nodes, and open connections.
//! * `reports`: reports before their readers, installed by `cargo xtask cloud readers up` and `cargo xtask cloud browser up`.
//! * `node_network`: files for operating systems before systemd-networkd, NetworkManager, netplan and cloud-init, in namespaces
//!   (`cargo xtask cloud node up`).
//! * `moto`: the program against moto, each test in an account of its own, with the whole account compared before and after.

pub mod access;
pub mod accounts;
pub mod binary;
pub mod control_plane;
pub mod default_pool;
pub mod document;
pub mod http;
pub mod inventory;
pub mod kubeadm;
pub mod kubelet;
pub mod moto;
pub mod node;
pub mod normal;
pub mod player;
pub mod project;
pub mod recording;
pub mod reports;
mod run;
pub mod script;
pub mod stage;
pub mod vcenter;
mod way_out;
