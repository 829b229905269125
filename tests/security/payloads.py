"""Texts that try to become something else: markup, templates, formulas, statements. Made from tables."""

ACTIVE = [
    "<hfx onhfx=hfx()>", "<script>hfx()</script>", "<script src=//evil.example/hfx.js></script>",
    "<img src=x onerror=hfx()>", "<img src=x OnError =hfx()>", "<svg onload=hfx()>",
    "<svg><script>hfx()</script></svg>",
    "<svg><animate onbegin=hfx() attributeName=x></svg>", "<math><hfx href=javascript:hfx()>x</hfx></math>",
    "<iframe src=javascript:hfx()></iframe>", "<iframe srcdoc='<script>hfx()</script>'></iframe>",
    "<object data=javascript:hfx()></object>", "<embed src=javascript:hfx()>", "<a href=javascript:hfx()>x</a>",
    "<a href='java\tscript:hfx()'>x</a>", "<a href=&#106;avascript:hfx()>x</a>",
    "<a href=data:text/html,<script>hfx()</script>>x</a>", "<form action=javascript:hfx()><button>x</button></form>",
    "<input autofocus onfocus=hfx()>", "<details open ontoggle=hfx()>", "<body onload=hfx()>",
    "<base href=//evil.example/>", "<meta http-equiv=refresh content='0;url=javascript:hfx()'>",
    "<link rel=stylesheet href=//evil.example/hfx.css>", "<style>@import '//evil.example/hfx.css';</style>",
    "<div style=background:url(//evil.example/hfx)>", "<video><source onerror=hfx()></video>",
    "<hfx hx-get=/accounts/logout/ hx-trigger=load>", "<template><script>hfx()</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=hfx()>'>", "<select><hfx onhfx=hfx()></select>",
]  # fmt: skip
CONTEXTS = ["{}", '">{}', "'>{}", "</title>{}", "</textarea>{}", "</script>{}", "-->{}", "</style>{}"]
XSS = [context.format(active) for active in ACTIVE for context in CONTEXTS]

TEMPLATES = [
    "{{7*7}}", "{{ 7|add:42 }}", "{% debug %}", "{% load static %}{% static 'x' %}", "${7*7}", "#{7*7}", "<%= 7*7 %>",
    "%(password)s", "%s%s%s%n", "{0.__class__}", "{self.__class__.__mro__}", "{{ request.user.password }}",
    "{{ settings.SECRET_KEY }}", "{% include '/etc/passwd' %}", "<c-card title=x>y</c-card>", "{# x #}",
]  # fmt: skip

STATEMENTS = [
    "'", "''", '"', "';--", "' OR '1'='1", "\") OR 1=1 --", "1; DROP TABLE people_user; --",
    "' UNION SELECT password--",
    "pg_sleep(5)", "'||pg_sleep(5)||'", "%27", "\\", "\\'", "$$", "/**/", "owner__password", "-owner__password", "?",
    "record_ptr__search", "pk__in", "title) FROM people_user --", "a\x01b", "a.b.c", "owner.password", "(select 1)",
    "%",
    "_", "%%", "__class__", "pk;select", "field\"); select 1; --",
]  # fmt: skip
