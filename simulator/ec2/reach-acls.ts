import { contains } from './cidr.ts';
import type { Estate } from './estate.ts';
import { aclLets, networkAcls } from './network-acls.ts';
import type { NetworkAclAnswer } from './network-acls.ts';
import type { End } from './reach.ts';

/** The ports that a client's end of a connection gets, first and last, by its operating system (documented). */
const ephemeral = { Windows: [49_152, 65_535], Linux: [32_768, 60_999] } as const;

/** Network ACLs are not stateful: request and answer are looked at, on both sides, unless both stand in one subnet. */
export function aclsLet(estate: Estate, from: End, to: End, port: number): boolean {
  const [near, far] = [subnetOf(estate, from, to), subnetOf(estate, to, from)];
  if (near !== undefined && near === far) return true;
  const back = ephemeral[from.row?.guest.osType ?? 'Windows'];
  const acls = networkAcls(estate).map(({ answer }) => answer);
  const passes = (subnetId: string | undefined, other: End, isEgress: boolean, ports: readonly number[]) => {
    const acl = aclOf(acls, subnetId);
    return (
      acl === undefined || ports.every((one) => aclLets(acl, { isEgress, address: other.address, port: one }))
    );
  };
  return (
    passes(near, to, true, [port]) &&
    passes(far, from, false, [port]) &&
    passes(far, from, true, back) &&
    passes(near, to, false, back)
  );
}

function aclOf(
  acls: readonly NetworkAclAnswer[],
  subnetId: string | undefined,
): NetworkAclAnswer | undefined {
  return acls.find(({ Associations }) => Associations.some((one) => one.SubnetId === subnetId));
}

/** The subnet of an end; of a host that the account does not know, the one of the other end's VPC that holds its address. */
function subnetOf({ subnets }: Estate, { address, row }: End, other: End): string | undefined {
  if (row !== undefined) return row.answer.SubnetId;
  const vpcId = other.row?.answer.VpcId;
  return subnets.all().find(({ answer }) => answer.VpcId === vpcId && contains(answer.CidrBlock, address))
    ?.id;
}
