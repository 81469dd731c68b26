/** An error as EC2 answers it. The codes and messages are those of EC2's list of client error codes, unless said otherwise. */
export class Ec2Error extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'Ec2Error';
    this.code = code;
    this.status = status;
  }
}

/** A parameter's value that EC2 does not take. */
export const invalidValue = (message: string): Ec2Error => new Ec2Error('InvalidParameterValue', message);

/** Two parameters that exclude each other. */
export const invalidCombination = (message: string): Ec2Error =>
  new Ec2Error('InvalidParameterCombination', message);

/** A parameter that the action can't do without. */
export const missingParameter = (name: string): Ec2Error =>
  new Ec2Error('MissingParameter', `The request must contain the parameter ${name}`);
