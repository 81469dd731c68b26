/** How the clients of both clouds speak. */
export interface CloudOptions {
  readonly armEndpoint: URL;
  /** One request of a cloud's SDK, below an activity's attempt: it must end before the attempt does. */
  readonly requestTimeoutMs: number;
  /** Called right before an effect is sent; throws where it must not be sent any more. */
  readonly beforeEffect: () => void;
}
