/** Bytes of a tried file that fits into a request: Lambda accepts 6 MB, and the body comes in base64. */
export const MAX_BODY_BYTES = 4_500_000;
/** Bytes of an uploaded file to try, so that it is read within the time of a request. */
export const MAX_UPLOAD_BYTES = 50_000_000;
