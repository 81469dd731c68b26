import type { Instance } from '@aws-sdk/client-ec2';
import type { VmPlan } from '../../plan/index.ts';
import type { Findings } from './findings.ts';

type OsType = 'Windows' | 'Linux';

/**
 * Licences that AWS bills with the instance, by the code at the end of its `UsageOperation`
 * (EC2's page on billing information of images). They stay in AWS.
 */
const billed: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    '0002': ['Windows Server'],
    '0006': ['Windows Server', 'SQL Server Standard'],
    '0102': ['Windows Server', 'SQL Server Enterprise'],
    '0202': ['Windows Server', 'SQL Server Web'],
    '0004': ['SQL Server Standard'],
    '0100': ['SQL Server Enterprise'],
    '0200': ['SQL Server Web'],
    '0010': ['Red Hat Enterprise Linux'],
    '1010': ['Red Hat Enterprise Linux', 'its high availability add-on'],
    '0014': ['Red Hat Enterprise Linux', 'SQL Server Standard'],
    '0110': ['Red Hat Enterprise Linux', 'SQL Server Enterprise'],
    '0210': ['Red Hat Enterprise Linux', 'SQL Server Web'],
    '1014': ['Red Hat Enterprise Linux', 'its high availability add-on', 'SQL Server Standard'],
    '1110': ['Red Hat Enterprise Linux', 'its high availability add-on', 'SQL Server Enterprise'],
    '000g': ['SUSE Linux Enterprise Server'],
    '0g00': ['Ubuntu Pro'],
  }),
);

/** Which of its licences stay in AWS, and who vouches for the one that is brought along. */
export function checkLicence(
  instance: Instance,
  osType: OsType,
  { target }: VmPlan,
  findings: Findings,
): void {
  const operation = instance.UsageOperation ?? '';
  const staying = billed.get(operation.split(':')[1] ?? '') ?? [];
  const beside = staying.filter((product) => product !== 'Windows Server');
  if (beside.length > 0)
    findings.warning(
      'LICENCE_STAYS',
      `AWS bills ${beside.join(' and ')} with the instance (${operation}): that licence stays in AWS`,
      'Buy or bring a licence and a source of updates for Azure before the cutover: `before: [{ manual: … }]`',
    );
  else if (staying.length > 0 && target.licence === undefined)
    findings.info(
      'WINDOWS_LICENCE',
      `AWS bills Windows Server with the instance (${operation}): that licence stays in AWS, and Azure bills its own`,
      'Nothing to do; or bring a licence of your own with target.licence',
    );
  checkBrought(osType, target, findings);
  checkProducts(instance, findings);
}

/** Azure Hybrid Benefit is a legal statement: it is shown with the person who makes it. */
function checkBrought(osType: OsType, { licence }: VmPlan['target'], findings: Findings): void {
  if (licence === undefined) return;
  const isForWindows = licence.type === 'WindowsServer';
  if (isForWindows === (osType === 'Windows'))
    findings.info(
      'HYBRID_BENEFIT',
      `${licence.confirmedBy} confirms that a licence of your own (${licence.type}) may be used in Azure; Azure will not bill one`,
      'See that it is one that you own: a licence billed by AWS cannot be brought along',
    );
  else
    findings.blocker(
      'LICENCE_MISMATCH',
      `target.licence is ${licence.type}, and the machine runs ${osType}`,
      'Correct target.licence',
    );
}

function checkProducts({ ProductCodes = [] }: Instance, findings: Findings): void {
  const codes = ProductCodes.filter(({ ProductCodeType }) => ProductCodeType === 'marketplace');
  if (codes.length > 0)
    findings.warning(
      'MARKETPLACE_PRODUCT',
      `The instance runs a product of AWS Marketplace (${codes.map(({ ProductCodeId }) => ProductCodeId ?? '').join(', ')}): its subscription and licence end with AWS`,
      'Get a licence for Azure from the seller before the cutover: `before: [{ manual: … }]`',
    );
}
