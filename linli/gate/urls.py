"""The addresses of the gate, and of the bill."""

from django.urls import path

from .views import bill, tasks

app_name = "gate"
urlpatterns = [
    path("tasks/", tasks.home, name="home"),
    path("tasks/ask/", tasks.ask, name="ask"),
    path("tasks/ask/compose/", tasks.compose, name="compose"),
    path("tasks/ask/form/", tasks.read_form, name="read_form"),
    path("tasks/ask/take/", tasks.take, name="take"),
    path("tasks/new/", tasks.new, name="new"),
    path("tasks/refuse/", tasks.refuse, name="refuse"),
    path("tasks/r/<str:number>/", tasks.one, name="request"),
    path("tasks/r/<str:number>/do/<str:act>/", tasks.act, name="act"),
    path("tasks/t/<int:task>/do/<str:act>/", tasks.work, name="work"),
    path("tasks/t/<int:task>/", tasks.task, name="task"),
    path("tasks/t/<int:task>/files/<int:file>/", tasks.file, name="file"),
    path("tasks/t/<int:task>/files/<int:file>/small/", tasks.small, name="small"),
    path("burden/", bill.bill, name="bill"),
    path("burden/r/<str:number>/", bill.public, name="public"),
    path("burden/minutes/", bill.minutes, name="minutes"),
    path("burden/bill.json", bill.bill_json, name="bill_json"),
    path("burden/bill.xlsx", bill.bill_xlsx, name="bill_xlsx"),
]
