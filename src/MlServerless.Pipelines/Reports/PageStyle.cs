namespace MlServerless.Pipelines.Reports;

/// <summary>How pages look: in the reader's colour scheme, on narrow screens and on paper. Text on its background has a contrast of at least 4.5 to 1 in both schemes (WCAG 2.1 AA).</summary>
internal static class PageStyle
{
    public const string Css = """
        :root{color-scheme:light dark;--bg:#fff;--card:#f6f7f9;--text:#1c2733;--soft:#566472;--line:#d8dee5;--bar:#3b78b8;--before:#b25a00;--good:#146c3c;--goodbg:#e2f4e8;--warn:#7d4e00;--warnbg:#fdf1d6;--bad:#a4161a;--badbg:#fde8e8}
        @media (prefers-color-scheme:dark){:root{--bg:#12171d;--card:#1b222b;--text:#e4eaf0;--soft:#a3b1bf;--line:#333e4a;--bar:#5b9bd8;--before:#f0a35a;--good:#74d69b;--goodbg:#12301f;--warn:#f0c266;--warnbg:#352a10;--bad:#ff9a9a;--badbg:#3c1618}}
        *{box-sizing:border-box}
        body{margin:0 auto;padding:24px 20px 60px;max-width:1180px;background:var(--bg);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
        h1{font-size:1.5rem;line-height:1.25;margin:0 0 4px}h2{font-size:1.15rem;margin:34px 0 10px}h3{font-size:1rem;margin:0 0 6px}
        p{margin:4px 0}code,.id{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.86em;overflow-wrap:anywhere}
        .soft{color:var(--soft)}.head{display:flex;flex-wrap:wrap;gap:8px 14px;align-items:center}
        .badge{display:inline-block;padding:1px 9px;border-radius:10px;font-weight:600;font-size:.85rem;white-space:nowrap}
        .good{color:var(--good);background:var(--goodbg)}.warning{color:var(--warn);background:var(--warnbg)}.blocking{color:var(--bad);background:var(--badbg)}
        .facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:8px;margin:14px 0;padding:0}
        .facts div{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:8px 12px}.facts dt{color:var(--soft);font-size:.82rem}.facts dd{margin:0;font-weight:600;overflow-wrap:anywhere}
        .finding{border:1px solid var(--line);border-left:4px solid var(--warn);border-radius:6px;padding:10px 14px;margin:8px 0}.finding.stops{border-left-color:var(--bad)}.finding p{overflow-wrap:anywhere}
        .finding pre{margin:6px 0 0;padding:8px 10px;background:var(--card);border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere;font-size:.82rem}
        .scroll{overflow-x:auto;border:1px solid var(--line);border-radius:8px}.scroll.plain{border:0;border-radius:0 0 8px 8px}.plain td{white-space:nowrap}.plain td.what{white-space:normal;min-width:220px;overflow-wrap:anywhere}
        table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:5px 10px;border-bottom:1px solid var(--line);vertical-align:middle}tr:last-child>*{border-bottom:0}
        thead th{position:sticky;top:0;background:var(--card);font-size:.82rem;color:var(--soft);white-space:nowrap}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        th[scope=row]{font-weight:600;min-width:5.5em;max-width:260px;overflow-wrap:anywhere}a{color:inherit}
        svg{display:block}svg text{fill:var(--soft);font-size:11px;font-family:inherit}.bar{fill:var(--bar)}.axis{stroke:var(--line);fill:none}.before{stroke:var(--before);stroke-width:1.6;fill:none}.chart{width:100%;max-width:520px;height:auto}
        details{border:1px solid var(--line);border-radius:8px;margin:8px 0;background:var(--bg)}summary{cursor:pointer;padding:8px 14px;font-weight:600;overflow-wrap:anywhere}summary .soft{font-weight:400}details[open]>summary{border-bottom:1px solid var(--line)}
        .column{display:grid;grid-template-columns:max-content minmax(240px,1fr);gap:14px 26px;padding:14px}.column table{font-size:.9rem}.column td,.column th{padding:3px 6px}.column th[scope=row]{white-space:nowrap}
        .top{display:grid;grid-template-columns:minmax(70px,max-content) 1fr max-content;gap:2px 10px;align-items:center;font-size:.88rem}.top b{font-weight:400;overflow-wrap:anywhere;max-width:230px}.top i{height:11px;background:var(--bar);border-radius:2px;min-width:1px}.top span{text-align:right;font-variant-numeric:tabular-nums}
        .key{display:inline-block;width:18px;height:0;border-top:3px solid var(--before);vertical-align:middle;margin:0 4px}.key.now{border-color:var(--bar)}
        .plain.badge{color:var(--soft);background:var(--card);border:1px solid var(--line)}.small{display:block;font-size:.8rem}.words th[scope=row]{width:190px;vertical-align:top}.words td{white-space:normal;overflow-wrap:anywhere}.below{margin-top:18px}.limits{margin:0;padding-left:20px}.limits li{margin:4px 0;overflow-wrap:anywhere}
        .side{display:grid;grid-template-columns:minmax(240px,340px) minmax(0,1fr);gap:14px 26px;align-items:start}.square{max-width:340px}.diagonal{stroke:var(--soft);stroke-dasharray:4 4;fill:none}.whisker{stroke:var(--bar);stroke-width:1.6}.matrix td.right{font-weight:600;background:var(--goodbg)}.important{max-width:640px;font-size:.95rem}
        input{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--soft);border-radius:6px;padding:5px 10px;width:260px;max-width:100%;margin:0 0 8px}
        :focus-visible{outline:2px solid var(--bar);outline-offset:2px}
        @media (max-width:640px){body{padding:14px 12px 40px}.side{grid-template-columns:minmax(0,1fr)}.words th[scope=row]{width:110px}.column{grid-template-columns:minmax(0,1fr)}.column th[scope=row],.column td.n{white-space:normal}th[scope=row]{overflow-wrap:normal;word-break:normal;hyphens:auto}.wide{display:none}th,td{padding:5px 7px}}
        @media print{body{max-width:none;font-size:11px}input{display:none}.scroll{overflow:visible}thead th{position:static}details{break-inside:avoid}}
        """;

    /// <summary>Filters the rows of the table by name; without scripts the field is not shown.</summary>
    public const string Script = """
        (function(){var f=document.getElementById('filter');if(!f)return;f.hidden=false;f.addEventListener('input',function(){var q=f.value.toLowerCase();document.querySelectorAll('[data-name]').forEach(function(e){e.hidden=e.getAttribute('data-name').indexOf(q)<0})});
        function open(){var d=document.getElementById(location.hash.slice(1));if(d&&d.tagName==='DETAILS')d.open=true}addEventListener('hashchange',open);open()})();
        """;
}
