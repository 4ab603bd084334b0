import { useTranslation } from 'react-i18next';
import { RecycleBin } from '../records/history/RecycleBin';
import { AdminPage } from './AdminPage';

export function BinPage() {
  useTranslation('admin');
  return (
    <AdminPage name="bin">
      <RecycleBin />
    </AdminPage>
  );
}
