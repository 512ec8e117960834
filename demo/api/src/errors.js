// An answer that is not 200, thrown from a route.
export class HttpError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}
