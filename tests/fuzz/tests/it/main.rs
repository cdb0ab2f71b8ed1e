//! Whatever comes from outside, it ends with an answer or with an error.

mod documents;
mod kubeconfig;
mod replies;
