// Runs before the first paint, so that a dark page never flashes white. The strict policy forbids inline scripts.
(function () {
    var root = document.documentElement;
    try {
        var theme = localStorage.getItem('guanxi.theme');
        var dark =
            theme === 'dark' || ((!theme || theme === 'system') && matchMedia('(prefers-color-scheme: dark)').matches);
        root.dataset.theme = dark ? 'dark' : 'light';
        var language = localStorage.getItem('guanxi.language');
        if (language) root.lang = language;
    } catch {
        root.dataset.theme = 'light';
    }
})();
