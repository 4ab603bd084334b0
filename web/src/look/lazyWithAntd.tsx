import { type ComponentType, lazy } from 'react';

/**
 * A component that draws with antd, fetched together with antd when it is first shown.
 * The shell, the lists and the palette import nothing of antd themselves: that keeps the first page small.
 */
export function lazyWithAntd<P extends object>(load: () => Promise<{ default: ComponentType<P> }>) {
  return lazy(async () => {
    const [{ default: AntdProvider }, { default: Component }] = await Promise.all([import('./AntdProvider'), load()]);
    return {
      default: function WithAntd(props: P) {
        return (
          <AntdProvider>
            <Component {...props} />
          </AntdProvider>
        );
      },
    };
  });
}
