import { useQuery } from '@tanstack/react-query';
import { type ComponentType, lazy, useEffect } from 'react';
import { createBrowserRouter, useParams } from 'react-router';
import { keys, useRecordType } from './api/queries';
import { useSession } from './api/session';
import type { AnyRecord } from './api/types';
import { titleOf } from './records/list/title';
import { remember } from './search/recent';
import { lazyWithAntd } from './look/lazyWithAntd';
import Home from './home/Home';
import { RouteFailure } from './shell/RouteFailure';
import { Shell } from './shell/Shell';
import SignIn from './shell/SignInPage';

const Reset = lazy(() => import('./shell/ResetPage'));
const SecurityPage = lazyWithAntd(() => import('./account/SecurityPage'));
const Setup = lazy(() => import('./shell/SetupPage'));
const RecordList = lazy(() => import('./records/list/RecordList'));
const RecordPage = lazyWithAntd(() => import('./records/page/RecordPage'));
const CustomerPage = lazyWithAntd(() => import('./customers/CustomerPage'));
const BoardPage = lazy(() => import('./sales/BoardPage'));
const CalendarPage = lazy(() => import('./sales/CalendarPage'));
const DealPage = lazyWithAntd(() => import('./sales/DealPage'));
const ContractPage = lazyWithAntd(() => import('./money/ContractPage'));
const DunningPage = lazyWithAntd(() => import('./money/DunningPage'));
const InvoicePage = lazyWithAntd(() => import('./money/InvoicePage'));
const OrderPage = lazyWithAntd(() => import('./money/OrderPage'));
const PriceListPage = lazyWithAntd(() => import('./catalogue/PriceListPage'));
const ProductPage = lazyWithAntd(() => import('./catalogue/ProductPage'));
const ReceivablesPage = lazy(() => import('./money/ReceivablesPage'));
const SharedOrder = lazy(() => import('./money/SharedOrder'));
const QuotePage = lazyWithAntd(() => import('./quotes/QuotePage'));
const OfferPage = lazy(() => import('./quotes/OfferPage'));
const LeadPage = lazyWithAntd(() => import('./leads/LeadPage'));
const LeadFormPage = lazyWithAntd(() => import('./leads/FormPage'));
const LeadsBoard = lazy(() => import('./leads/LeadsBoard'));
const ForecastPage = lazy(() => import('./forecast/ForecastPage'));
const TargetsPage = lazy(() => import('./forecast/TargetsPage'));
const PerformancePage = lazy(() => import('./forecast/PerformancePage'));
const ProcessPage = lazyWithAntd(() => import('./processes/ProcessPage'));
const AnalysisPage = lazy(() => import('./processes/AnalysisPage'));
const StepsPage = lazyWithAntd(() => import('./steps/StepsPage'));
const ValuePage = lazy(() => import('./value/ValuePage'));
const ApprovalsPage = lazyWithAntd(() => import('./approvals/ApprovalsPage'));
const ApprovalPage = lazyWithAntd(() => import('./approvals/ApprovalPage'));
const ExceptionPage = lazyWithAntd(() => import('./approvals/ExceptionPage'));
const ImportPage = lazyWithAntd(() => import('./exchange/ImportPage'));
const PoolPage = lazyWithAntd(() => import('./trust/PoolPage'));
const PoolRules = lazyWithAntd(() => import('./trust/PoolRules'));
const CollisionsPage = lazyWithAntd(() => import('./trust/CollisionsPage'));
const DuplicatesPage = lazyWithAntd(() => import('./trust/DuplicatesPage'));
const SegmentsPage = lazyWithAntd(() => import('./segments/SegmentsPage'));
const SegmentPage = lazyWithAntd(() => import('./segments/SegmentPage'));
const LifecyclePage = lazyWithAntd(() => import('./lifecycle/LifecyclePage'));
const QualityPage = lazyWithAntd(() => import('./quality/QualityPage'));
const Explorer = lazy(() => import('./explorer/ExplorerPage'));
const AdminPages = lazyWithAntd(() => import('./admin/AdminPages'));

/** Pages of one noun that are more than its description; every other noun gets the generic page. */
const ownPages: Record<string, ComponentType<{ type: string; id: string }>> = {
  customers: CustomerPage,
  'credit-overrides': ExceptionPage,
  deals: DealPage,
  quotes: QuotePage,
  leads: LeadPage,
  'lead-forms': LeadFormPage,
  contracts: ContractPage,
  dunnings: DunningPage,
  'gate-exceptions': ExceptionPage,
  invoices: InvoicePage,
  orders: OrderPage,
  'price-lists': PriceListPage,
  products: ProductPage,
  'sales-processes': ProcessPage,
};

function OneRecord() {
  const { type = '', id = '' } = useParams();
  const Page = ownPages[type] ?? RecordPage;
  useRemembered(type, id);
  return <Page key={`${type}/${id}`} type={type} id={id} />;
}

/** Keeps what was opened for the palette, once the page itself has fetched it. */
function useRemembered(type: string, id: string): void {
  const { me } = useSession();
  const { data: description } = useRecordType(type);
  const { data: record } = useQuery<AnyRecord>({ queryKey: keys.record(type, id), enabled: false });
  const title = description && record ? titleOf(description, record) : '';
  useEffect(() => {
    if (title) remember(me.id, { type, id, title });
  }, [me.id, type, id, title]);
}

function ListOfType() {
  const { type = '' } = useParams();
  return <RecordList key={type} type={type} />;
}

function ImportRoute() {
  const { batch } = useParams();
  return <ImportPage batch={batch} />;
}

function SegmentRoute() {
  const { id = '' } = useParams();
  return <SegmentPage key={id} id={id} />;
}

export const router = createBrowserRouter([
  { path: '/sign-in', Component: SignIn },
  { path: '/setup', Component: Setup },
  { path: '/reset', Component: Reset },
  { path: '/o/:secret', Component: SharedOrder },
  { path: '/offer/:secret', Component: OfferPage },
  {
    path: '/',
    Component: Shell,
    ErrorBoundary: RouteFailure,
    children: [
      {
        ErrorBoundary: RouteFailure,
        children: [
          { index: true, Component: Home },
          { path: 'import', Component: ImportRoute },
          { path: 'import/:batch', Component: ImportRoute },
          { path: 'approvals', Component: ApprovalsPage },
          { path: 'approvals/:id', Component: ApprovalPage },
          { path: 'pool', Component: PoolPage },
          { path: 'pool/rules', Component: PoolRules },
          { path: 'collisions', Component: CollisionsPage },
          { path: 'duplicates', Component: DuplicatesPage },
          { path: 'segments', Component: SegmentsPage },
          { path: 'segments/:id', Component: SegmentRoute },
          { path: 'lifecycle', Component: LifecyclePage },
          { path: 'quality', Component: QualityPage },
          { path: 'api', Component: Explorer },
          { path: 'admin/*', Component: AdminPages },
          { path: 'account/security', Component: SecurityPage },
          { path: 'value', Component: ValuePage },
          { path: 'receivables', Component: ReceivablesPage },
          { path: 'forecast', Component: ForecastPage },
          { path: 'forecast/targets', Component: TargetsPage },
          { path: 'performance', Component: PerformancePage },
          { path: 'steps', Component: StepsPage },
          { path: 'deals/calendar', Component: CalendarPage },
          { path: 'deals/analysis', Component: AnalysisPage },
          { path: 'deals/board', Component: BoardPage },
          { path: 'leads/board', Component: LeadsBoard },
          { path: ':type', Component: ListOfType },
          { path: ':type/:id', Component: OneRecord },
        ],
      },
    ],
  },
]);
