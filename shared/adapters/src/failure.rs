//! What an SDK's error means to us. Never "not found", never success.

use std::error::Error;

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use ports::PortError;

/// Another write was there first.
const CONFLICTS: [&str; 2] = ["ConditionalCheckFailedException", "TransactionConflictException"];

/// The service asks to come again later.
const BUSY: [&str; 10] = [
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "LimitExceededException",
    "SlowDown",
    "RequestThrottled",
    "KMSInternalException",
    "InternalServerError",
];

/// Sorts an SDK's error.
pub(crate) fn failed<E>(error: SdkError<E, HttpResponse>) -> PortError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    match &error {
        SdkError::ServiceError(service) => {
            let code = service.err().code().unwrap_or_default();
            if CONFLICTS.contains(&code) {
                PortError::Conflict
            } else if BUSY.contains(&code) || service.raw().status().is_server_error() {
                PortError::Unavailable(Box::new(error))
            } else {
                PortError::Internal(Box::new(error))
            }
        }
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => {
            PortError::Unavailable(Box::new(error))
        }
        _ => PortError::Internal(Box::new(error)),
    }
}

/// A request that could not even be built: our fault.
pub(crate) fn unbuilt(error: impl Error + Send + Sync + 'static) -> PortError {
    PortError::Internal(Box::new(error))
}
