import { Suspense } from 'react';
import { Outlet } from 'react-router';

export function Shell() {
  return (
    <Suspense>
      <Outlet />
    </Suspense>
  );
}
