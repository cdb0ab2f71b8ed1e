//! moto's faults: each is still there, and none is met behind the proxy.

use anyhow::Result;
use real::moto::account::number;
use real::moto::client::Client;
use real::moto::faults::{self, Fault};
use real::moto::{self, proxy::Proxy};

/// Those that are met at an address, each in an account of its own.
async fn met(faults: &[Box<dyn Fault>], moto: &str, proxied: bool) -> Result<Vec<&'static str>> {
    let mut met = Vec::new();
    for fault in faults {
        let account = number();
        let proxy = Proxy::start(moto, &account)?;
        let url = if proxied { &proxy.url } else { moto };
        if fault.is_there(&Client::new(url, &account)).await? {
            met.push(fault.name());
        }
    }
    Ok(met)
}

#[tokio::test]
async fn moto_still_has_each_fault_that_is_put_right() -> Result<()> {
    let Some(moto) = moto::real() else {
        return Ok(());
    };
    let faults = faults::all();
    let met = met(&faults, &moto, false).await?;
    let healed = faults.iter().map(|fault| fault.name());
    let healed: Vec<_> = healed.filter(|name| !met.contains(name)).collect();
    assert_eq!(healed, [""; 0], "moto does these as EC2 now: delete them");
    Ok(())
}

#[tokio::test]
async fn behind_the_proxy_none_of_them_is_met() -> Result<()> {
    let Some(moto) = moto::real() else {
        return Ok(());
    };
    assert_eq!(met(&faults::all(), &moto, true).await?, [""; 0]);
    Ok(())
}
