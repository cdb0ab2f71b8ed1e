//! STS: who one is, and becoming somebody else.

use std::time::Duration;

use serde_json::{Value, json};

use crate::clock;
use crate::cloud::Aws;
use crate::config::Role;
use crate::ec2::{Params, unknown};
use crate::identity::{Caller, Session, may};
use crate::policy;
use crate::refused::{Answer, Refused};

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// The namespace of its replies.
pub(crate) fn namespace() -> &'static str {
    NAMESPACE
}

impl Aws {
    /// Carries out an operation of STS.
    pub(crate) fn sts(
        &mut self,
        action: &str,
        caller: Option<&Caller>,
        asked: Params<'_>,
    ) -> Answer<Value> {
        match (action, caller) {
            ("GetCallerIdentity", Some(caller)) => Ok(json!({
                "Account": self.config.account, "Arn": caller.arn, "UserId": caller.user_id,
            })),
            ("AssumeRole", Some(caller)) => self.assume_role(caller, asked),
            ("AssumeRoleWithWebIdentity", _) => self.assume_with_token(asked),
            _ => Err(unknown(action)),
        }
    }

    fn role(&self, arn: &str) -> Option<Role> {
        let prefix = format!("arn:aws:iam::{}:role/", self.config.account);
        let name = arn.strip_prefix(&prefix)?;
        self.config
            .roles
            .iter()
            .find(|role| role.name == name)
            .cloned()
    }

    fn assume_role(&mut self, caller: &Caller, asked: Params<'_>) -> Answer<Value> {
        let arn = asked.must("RoleArn")?;
        let target = policy::Target::of(arn);
        let allowed = policy::allows(&caller.policies, "sts:AssumeRole", &target);
        let role = self.role(arn).filter(|role| {
            let external = role.external_id.as_deref();
            allowed && external.is_none_or(|wanted| asked.text("ExternalId") == Some(wanted))
        });
        let role = role.ok_or_else(|| {
            let message = format!(
                "User: {} is not authorized to perform: sts:AssumeRole on resource: {arn}",
                caller.arn
            );
            Refused::with_status(403, "AccessDenied", message)
        })?;
        self.new_session(&role, asked)
    }

    fn assume_with_token(&mut self, asked: Params<'_>) -> Answer<Value> {
        let (arn, token) = (asked.must("RoleArn")?, asked.must("WebIdentityToken")?);
        let role = self
            .role(arn)
            .filter(|role| role.web_identity_token.as_deref() == Some(token));
        let role = role.ok_or_else(|| {
            let message = "No OpenIDConnect provider found in your account for the token";
            Refused::new("InvalidIdentityToken", message)
        })?;
        let mut answer = self.new_session(&role, asked)?;
        answer["SubjectFromWebIdentityToken"] = json!("system:serviceaccount:demo:demo");
        Ok(answer)
    }

    fn new_session(&mut self, role: &Role, asked: Params<'_>) -> Answer<Value> {
        let name = asked.must("RoleSessionName")?;
        let seconds = asked.number("DurationSeconds").unwrap_or(3600);
        if !(900..=43_200).contains(&seconds) {
            let message = format!(
                "1 validation error detected: Value '{seconds}' at 'durationSeconds' failed to satisfy constraint"
            );
            return Err(Refused::new("ValidationError", message));
        }
        let expires = self.now + Duration::from_secs(seconds.unsigned_abs());
        let (one, two, three) = (self.store.draw(), self.store.draw(), self.store.draw());
        let key = format!("ASIA{one:016X}");
        let arn = format!(
            "arn:aws:sts::{}:assumed-role/{}/{name}",
            self.config.account, role.name
        );
        let user_id = format!("AROACKCEVSQ6C2EXAMPLE:{name}");
        let session = Session {
            secret: format!("{two:016x}{three:016x}"),
            token: format!("FwoGZXIvYXdzE{three:016x}{one:016x}"),
            expires,
            caller: Caller {
                arn: arn.clone(),
                user_id: user_id.clone(),
                policies: role.policies.clone(),
            },
        };
        let answer = json!({
            "Credentials": {
                "AccessKeyId": key, "SecretAccessKey": session.secret, "SessionToken": session.token,
                "Expiration": clock::sts(self.config.calendar().at(expires)),
            },
            "AssumedRoleUser": { "AssumedRoleId": user_id, "Arn": arn },
        });
        self.sessions.insert(key, session);
        Ok(answer)
    }

    /// Service Quotas, as far as it is used.
    pub(crate) fn service_quotas(
        &mut self,
        action: &str,
        caller: &Caller,
        asked: &Value,
    ) -> Answer<Value> {
        if ![
            "GetServiceQuota",
            "GetAWSDefaultServiceQuota",
            "ListServiceQuotas",
            "ListAWSDefaultServiceQuotas",
        ]
        .contains(&action)
        {
            return Err(Refused::new("UnknownOperationException", ""));
        }
        let denied = |refused: Refused| Refused {
            code: "AccessDeniedException".to_owned(),
            status: 400,
            ..refused
        };
        may(caller, &format!("servicequotas:{action}")).map_err(denied)?;
        crate::quotas::answer(&self.config, action, Params(asked))
    }
}
