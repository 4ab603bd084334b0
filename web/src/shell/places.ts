import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { addressOf, adminEntries, allowed, isElsewhere } from '../admin/tree';
import { useSession } from '../api/session';
import { labelOf } from '../language';
import { type IconName, iconOf } from '../look/icons';
import { useNouns } from './nouns';

export interface Place {
  key: string;
  to: string;
  icon: IconName;
  label: string;
  /** What else it answers to in the palette, in every language. */
  words: string;
}

export interface PlaceGroup {
  key: string;
  icon: IconName;
  label: string;
  places: Place[];
}

type Page = { to: string; icon: IconName; word: string; words: string; noun?: string; needs?: string };

/** Pages that are no list of a noun: where they are, which noun one must reach or which right one must hold. */
const pages: Record<string, Page> = {
  approvals: { to: '/approvals', icon: 'approval', word: 'approvals', words: 'approvals shenpi sp 审批 簽核' },
  steps: { to: '/steps', icon: 'check', word: 'steps', words: 'steps desk buzhou bz 步骤 步驟', noun: 'deals' },
  calendar: { to: '/deals/calendar', icon: 'activity', word: 'calendar', words: 'calendar rili rl 日历 日曆', noun: 'deals' },
  pool: { to: '/pool', icon: 'pool', word: 'pool', words: 'pool gonghai gh 公海', noun: 'customers' },
  lifecycle: { to: '/lifecycle', icon: 'lifecycle', word: 'lifecycle', words: 'lifecycle shengmingzhouqi smzq', noun: 'customers' },
  receivables: { to: '/receivables', icon: 'receipt', word: 'receivables', words: 'receivables aging yingshou ys 账龄 應收', noun: 'invoices' },
  forecast: { to: '/forecast', icon: 'target', word: 'forecast', words: 'forecast yuce yc 预测 預測', noun: 'deals' },
  targets: { to: '/forecast/targets', icon: 'star', word: 'targets', words: 'targets mubiao mb 目标 目標', noun: 'targets' },
  performance: { to: '/performance', icon: 'chart', word: 'performance', words: 'performance yeji yj 业绩 業績', noun: 'deals' },
  analysis: { to: '/deals/analysis', icon: 'filter', word: 'analysis', words: 'funnel process map loudou ld 漏斗 流程图 分析', noun: 'deals' },
  value: { to: '/value', icon: 'value', word: 'value', words: 'value pyramid kehujiazhi khjz 价值 價值', needs: 'value.read' },
  quality: { to: '/quality', icon: 'quality', word: 'quality', words: 'quality shujuzhiliang zl 质量 品質', noun: 'customers' },
  duplicates: { to: '/duplicates', icon: 'merge', word: 'duplicates', words: 'duplicates merge chongfu cf 查重 重複', needs: 'records.merge' },
  collisions: { to: '/collisions', icon: 'relation', word: 'collisions', words: 'collisions zhuangdan zd 撞单 撞單', noun: 'collision-requests' },
  bin: { to: '/admin/bin', icon: 'trash', word: 'bin', words: 'bin huishouzhan hsz 回收站 資源回收桶' },
};

/** Nouns whose first page is a board. */
const boards: Record<string, string> = { deals: '/deals/board', leads: '/leads/board' };

/** The order of a working day, then of a deal. A name with a slash is a page, any other a noun. */
const groups: readonly { key: string; icon: IconName; of: readonly string[] }[] = [
  { key: 'today', icon: 'check', of: ['activities', '/approvals', '/steps', '/calendar'] },
  { key: 'customers', icon: 'customer', of: ['customers', 'contacts', 'leads', '/pool', 'segments', '/lifecycle', 'relations'] },
  { key: 'sales', icon: 'deal', of: ['deals', 'quotes', 'contracts', 'orders', 'deliveries', 'products', 'price-lists'] },
  { key: 'money', icon: 'invoice', of: ['invoices', 'receipts', '/receivables', 'payment-plans', 'dunnings', 'costs'] },
  { key: 'marketing', icon: 'lead', of: ['campaigns', 'audiences', 'surveys'] },
  { key: 'service', icon: 'help', of: ['tickets', 'articles', 'assets'] },
  { key: 'analysis', icon: 'chart', of: ['/forecast', '/targets', '/performance', '/analysis', '/value'] },
  { key: 'data', icon: 'quality', of: ['/quality', '/duplicates', '/collisions', '/import', '/bin'] },
  { key: 'settings', icon: 'settings', of: ['/sales-rules', '/admin'] },
];

/** Everything the menu leads to, in groups, without what one may not open; a group of nothing is not there. */
export function usePlaces(): PlaceGroup[] {
  const { t } = useTranslation();
  const { me, may } = useSession();
  const nouns = useNouns();
  const everyNoun = useNouns(true, true);
  return useMemo(() => {
    const left = new Map(nouns.map((noun) => [noun.type, noun]));
    const reached = new Map(everyNoun.map((noun) => [noun.type, noun]));
    const nounPlace = (type: string): Place | undefined => {
      const noun = reached.get(type);
      left.delete(type);
      return (
        noun && {
          key: type,
          to: boards[type] ?? `/${type}`,
          icon: iconOf(noun.icon ?? noun.singular),
          label: labelOf(noun.labels, type),
          words: `${type} ${Object.values(noun.labels).join(' ')}`,
        }
      );
    };
    const page = (name: string): Place | undefined => {
      const found = pages[name];
      const mayOpen = found && (!found.needs || may(found.needs)) && (!found.noun || reached.has(found.noun));
      return mayOpen ? { key: `/${name}`, label: t(`shell.${found.word}`), ...found } : undefined;
    };
    const special = (name: string): Place | undefined => {
      if (name === '/import')
        return may('imports.run') || nouns.some((noun) => noun.rights.import)
          ? { key: name, to: '/import', icon: 'import', label: t('shell.import'), words: 'import daoru dr' }
          : undefined;
      const rules = allowed(adminEntries, may).find((entry) => entry.group === 'sales' && !isElsewhere(entry));
      if (name === '/sales-rules')
        return (
          rules && {
            key: name,
            to: addressOf(rules),
            icon: 'approval',
            label: t('shell.salesRules'),
            words: 'sales rules guize gz 规则 規則',
          }
        );
      if (name === '/admin')
        return me.functions.length > 0
          ? { key: name, to: '/admin', icon: 'settings', label: t('shell.admin'), words: 'admin settings guanli gl shezhi' }
          : undefined;
      return undefined;
    };
    const made = groups.map(({ key, icon, of }) => ({
      key,
      icon,
      label: t(`shell.groups.${key}`),
      places: of
        .map((name) => (name.startsWith('/') ? (special(name) ?? page(name.slice(1))) : nounPlace(name)))
        .filter((place) => place !== undefined),
    }));
    // What no group names, such as a noun that came with an extension, still has its place.
    const others = [...left.keys()].map(nounPlace).filter((place) => place !== undefined);
    made.splice(-2, 0, { key: 'others', icon: 'record', label: t('shell.groups.others'), places: others });
    return made.filter((group) => group.places.length > 0);
  }, [t, me.functions, may, nouns, everyNoun]);
}

/** The place one is at: the longest address that begins this one. */
export function placeAt(path: string, all: readonly PlaceGroup[]): { group: string; place: string } | null {
  let best: { group: string; place: string; length: number } | null = null;
  for (const group of all)
    for (const { key, to } of group.places) {
      const root = key.startsWith('/') ? to : `/${key}`;
      if ((path === to || path === root || path.startsWith(`${root}/`)) && root.length > (best?.length ?? 0))
        best = { group: group.key, place: key, length: root.length };
    }
  return best && { group: best.group, place: best.place };
}
