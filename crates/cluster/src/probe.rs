//! A probe: what only a try shows. It makes a namespace of its own, and removes it whatever happens.
