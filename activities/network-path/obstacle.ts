/** What keeps a connection from coming about. */
export interface Obstacle {
  readonly layer: 'security-group' | 'network-acl' | 'route';
  /** Of the groups, ACL or route table. */
  readonly id: string;
  /** Names the rule and what it refuses: a sentence without a full stop. */
  readonly message: string;
  /** Whose it is: of the end that connects, or of the one that is connected to. */
  readonly end: 'from' | 'to';
}

/** An obstacle, before it is said at which end it was found. */
export type Found = Omit<Obstacle, 'end'>;
