//! SMS by SNS, where it is offered: not in the regions of China.

use aws_config::{SdkConfig, retry::RetryConfig};
use aws_sdk_sns::{Client, error::SdkError, operation::publish::PublishError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use domain::{mobile::Mobile, sms::Sms};
use ports::messages::Unsent;

/// What SNS says of the message or the phone: the same message will never go through.
const REFUSED: [&str; 5] = [
    "InvalidParameter",
    "InvalidParameterException",
    "InvalidParameterValue",
    "ParameterValueInvalid",
    "OptedOut",
];

/// SNS.
#[derive(Debug)]
pub struct Sns {
    client: Client,
}

impl Sns {
    pub(crate) fn new(config: &SdkConfig) -> Self {
        // why: an attempt whose answer was lost may have been sent, and a phone must not ring twice.
        let config = aws_sdk_sns::config::Builder::from(config).retry_config(RetryConfig::disabled()).build();
        Self { client: Client::from_conf(config) }
    }

    pub(super) async fn send(&self, to: &Mobile, sms: &Sms) -> Result<(), Unsent> {
        let publish = self.client.publish().phone_number(to.e164()).message(sms.text());
        publish.send().await.map(|_| ()).map_err(unsent)
    }
}

fn unsent(error: SdkError<PublishError>) -> Unsent {
    match &error {
        SdkError::ServiceError(service) => {
            let code = service.err().code().unwrap_or_default();
            if REFUSED.contains(&code) {
                Unsent::Refused(code.to_owned())
            } else if service.raw().status().is_server_error() {
                Unsent::Unknown(Box::new(error))
            } else {
                // It slows us down, or somebody has to mend a permission or a limit.
                Unsent::Later(Box::new(error))
            }
        }
        SdkError::ConstructionFailure(_) => Unsent::Later(Box::new(error)),
        SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
            Some(connector) if super::aliyun::never_left(connector) => Unsent::Later(Box::new(error)),
            _ => Unsent::Unknown(Box::new(error)),
        },
        _ => Unsent::Unknown(Box::new(error)),
    }
}
