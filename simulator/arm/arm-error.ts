/** One entry of an ARM error's `details`. Site Recovery's carry more than a code and a message (recorded). */
export type ErrorDetail = Readonly<Record<string, unknown>>;

/** A refusal as ARM writes it. Handlers throw it; the router turns it into the answer. */
export class ArmError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: readonly ErrorDetail[];
  readonly headers: Readonly<Record<string, string>>;
  /** What it is about, and what else is known: policies say so. */
  readonly #more: { readonly target?: string; readonly additionalInfo?: readonly unknown[] };

  constructor(
    status: number,
    code: string,
    message: string,
    more: {
      readonly details?: readonly ErrorDetail[];
      readonly headers?: Readonly<Record<string, string>>;
      readonly target?: string;
      readonly additionalInfo?: readonly unknown[];
    } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = more.details ?? [];
    this.headers = more.headers ?? {};
    const { target, additionalInfo } = more;
    this.#more = {
      ...(target === undefined ? {} : { target }),
      ...(additionalInfo === undefined ? {} : { additionalInfo }),
    };
  }

  /** `{"error":{"code","message","details"?}}`, ARM's one shape for every error. */
  get body(): unknown {
    const { code, message, details } = this;
    return { error: { code, message, ...(details.length === 0 ? {} : { details }), ...this.#more } };
  }
}

/** ARM's answer for a resource that its resource group does not have. */
export function resourceNotFound(type: string, name: string, group: string): ArmError {
  return new ArmError(
    404,
    'ResourceNotFound',
    `The Resource '${type}/${name}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}
