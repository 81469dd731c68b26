/** An error as AWS answers it. Codes and messages are those of EC2's list of error codes, or were seen in real answers. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
  }
}

/** A parameter's value that EC2 does not take. */
export const invalidValue = (message: string): AwsError => new AwsError('InvalidParameterValue', message);

/** Two parameters that exclude each other. */
export const invalidCombination = (message: string): AwsError =>
  new AwsError('InvalidParameterCombination', message);

/** A parameter that the action can't do without. */
export const missingParameter = (name: string): AwsError =>
  new AwsError('MissingParameter', `The request must contain the parameter ${name}`);

/** Does the work; an AWS error is a result like any other, and everything else goes on up. */
export function attempt<V>(work: () => V): V | AwsError {
  try {
    return work();
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}
