import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '../..');
const rooms = ['activities', 'worker'];

/** A cloud's operation, as the simulator's ledger names it, and where Portage calls it first. */
export interface UsedOperation {
  readonly service: 'ec2' | 'ssm' | 'sts' | 'arm';
  readonly operation: string;
  readonly where: string;
}

/**
 * Every operation that Portage's source calls, found by the types of what it calls: a command or paginator of an AWS
 * client, a method of an Azure client's operation group. Nothing has to be listed by hand, so a new call is seen at once.
 */
export function portageOperations(): readonly UsedOperation[] {
  const files = rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(root, room, name)),
  );
  const read = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const config: unknown = read.config;
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram(files, options);
  const checker = program.getTypeChecker();
  const found = new Map<string, UsedOperation>();
  for (const path of files) {
    const source = program.getSourceFile(path);
    if (source === undefined) throw new Error(`${path} is not in the program`);
    const visit = (node: ts.Node): void => {
      const used = usedBy(node, checker);
      if (used !== undefined) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart());
        const where = `${path.slice(root.length + 1)}:${line + 1}`;
        found.set(`${used.service} ${used.operation}`, { ...used, where });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return [...found.values()];
}

function usedBy(node: ts.Node, checker: ts.TypeChecker): Omit<UsedOperation, 'where'> | undefined {
  if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
    const command = awsOperation(node, checker);
    if (command !== undefined) return command;
  }
  return ts.isPropertyAccessExpression(node) ? armOperation(node, checker) : undefined;
}

/** `new StopInstancesCommand(…)`, `paginateDescribeVolumes(…)`. */
function awsOperation(node: ts.NewExpression | ts.CallExpression, checker: ts.TypeChecker) {
  const [, operation] =
    /^(?:paginate|waitUntil)?([A-Z]\w+?)(?:Command)?$/.exec(node.expression.getText()) ?? [];
  const symbol = checker.getSymbolAtLocation(node.expression);
  const [declaration] = aliased(symbol, checker)?.declarations ?? [];
  const file = declaration?.getSourceFile().fileName ?? '';
  const [, service] =
    /@aws-sdk\/client-(ec2|ssm|sts)\/.*\/(?:commands|pagination|waiters)\//.exec(file) ?? [];
  if (operation === undefined || (service !== 'ec2' && service !== 'ssm' && service !== 'sts'))
    return undefined;
  return { service, operation } as const;
}

/** `siteRecovery.replicationFabrics.list`, `compute.virtualMachines.get`; also where it is passed on without being called. */
function armOperation(node: ts.PropertyAccessExpression, checker: ts.TypeChecker) {
  const [declaration] = aliased(checker.getSymbolAtLocation(node.name), checker)?.declarations ?? [];
  const file = declaration?.getSourceFile().fileName ?? '';
  const group = interfaceAround(declaration);
  if (!file.includes('@azure/arm-') || group === undefined) return undefined;
  if (!ts.isMethodSignature(declaration ?? node) && !isFunctionProperty(declaration)) return undefined;
  const name = group.replace(/_\d+$/, '').replace(/Operations$/, ''); // the bundled types number what is called twice
  const method = node.name.text.replace(/^begin/, '').replace(/AndWait$/, '');
  return {
    service: 'arm',
    operation: `${name}_${method.slice(0, 1).toUpperCase()}${method.slice(1)}`,
  } as const;
}

/** The name of the interface that a declaration is a member of. */
function interfaceAround(declaration: ts.Node | undefined): string | undefined {
  let node = declaration;
  while (node !== undefined && !ts.isSourceFile(node)) {
    if (ts.isInterfaceDeclaration(node)) return node.name.text;
    node = node.parent;
  }
  return undefined;
}

function isFunctionProperty(declaration: ts.Declaration | undefined): boolean {
  return (
    declaration !== undefined &&
    ts.isPropertySignature(declaration) &&
    declaration.type !== undefined &&
    ts.isFunctionTypeNode(declaration.type)
  );
}

function aliased(symbol: ts.Symbol | undefined, checker: ts.TypeChecker): ts.Symbol | undefined {
  return symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0
    ? checker.getAliasedSymbol(symbol)
    : symbol;
}
