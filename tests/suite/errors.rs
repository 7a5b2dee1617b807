//! What the error type promises to callers.

use doorstep::Error;

#[test]
fn an_error_crosses_threads_and_boxes() {
    fn accepts<T: std::error::Error + Clone + Send + Sync + 'static>() {}
    accepts::<Error>();
}
