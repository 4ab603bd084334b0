/** What an erasure takes, or would take. */
export interface ErasureCounts {
  removed: Record<string, number>;
  scrubbed: Record<string, number>;
  mentions: number;
  ledgerEntries: number;
  files: number;
  notifications: number;
  rejectedRows: number;
}

/** A place elsewhere in which the person may be meant. */
export interface Mention {
  key: string;
  kind: string;
  title: string;
  where: string;
  excerpt: string;
  certain: boolean;
  ledgerEntries: number;
}

export interface Mentions {
  items: Mention[];
  unseen: number;
  complete: boolean;
}
