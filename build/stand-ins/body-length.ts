// Stands in for the SDK's measure of request bodies, which also measures files: here every body is text or bytes.
export function calculateBodyLength(body: string | Uint8Array | undefined): number {
  return body === undefined ? 0 : Buffer.byteLength(body);
}
