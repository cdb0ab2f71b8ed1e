//! The contract between the Groundwork engine and a cloud driver.
