import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import './look/tokens.css';
import './look/base.css';
import { meQuery, queryClient } from './api/queries';
import { startLanguage } from './language';
import { router } from './routes';

// Who is there is asked while the words are still on their way.
void queryClient.prefetchQuery(meQuery);
await startLanguage();

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
