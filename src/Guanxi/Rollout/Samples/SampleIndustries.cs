namespace Guanxi.Rollout.Samples;

/// <summary>A trade of customers: what they call themselves, what they make, and what machine they come for.</summary>
/// <param name="Form">The end of the name where it is no company's: a school.</param>
public sealed record SampleIndustry(string Name, IReadOnlyList<string> Trades, IReadOnlyList<string> Parts, IReadOnlyList<string> Machines, string? Form = null);

public static class SampleIndustries
{
    private const string Vertical = "立式加工中心 VMC850";
    private const string Large = "立式加工中心 VMC1160";
    private const string Horizontal = "卧式加工中心 HMC630";
    private const string FiveAxis = "五轴加工中心 U500";
    private const string Gantry = "龙门加工中心 GM2215";
    private const string Drill = "钻攻中心 T640";
    private const string Lathe = "数控车床 CK6150";
    private const string TurnMill = "车铣复合 TM265";
    private const string Engraver = "精雕机 J650";
    private const string Laser = "光纤激光切割机 6kW";
    private const string Bender = "数控折弯机 100T";
    private const string Robot = "桁架机械手";

    public static IReadOnlyList<SampleIndustry> All { get; } =
    [
        new("汽车零部件", ["汽车零部件", "汽车配件", "汽车部件", "精密铸造", "传动部件", "汽车科技"], ["转向节", "差速器壳体", "制动钳体", "电机端盖", "变速箱壳体"], [Horizontal, Vertical, Lathe, Robot]),
        new("模具", ["精密模具", "模具制造", "模塑", "模具科技", "注塑模具"], ["压铸模", "保险杠模具", "手机壳模具", "级进模", "家电外壳模具"], [Large, Gantry, Engraver, FiveAxis]),
        new("机加工", ["精密机械", "机械制造", "机械加工", "五金机械", "数控机械", "精工机械"], ["法兰", "阀体", "轴套", "支架", "液压阀块"], [Vertical, Lathe, Drill, Large]),
        new("消费电子", ["电子科技", "精密五金", "精密电子", "智能科技", "光电科技"], ["手机中框", "笔记本转轴", "耳机壳", "摄像头支架", "平板背板"], [Drill, Engraver, Vertical]),
        new("医疗器械", ["医疗器械", "医疗科技", "生物医疗", "骨科器械"], ["骨板", "手术钳", "接骨螺钉", "CT 支架", "种植体"], [FiveAxis, TurnMill, Vertical]),
        new("新能源", ["新能源", "新能源科技", "储能科技", "电气设备", "光伏设备"], ["电池托盘", "电机壳", "逆变器散热板", "结构件", "水冷板"], [Horizontal, Gantry, Laser, Drill]),
        new("工程机械", ["工程机械", "重工机械", "液压科技", "起重设备"], ["液压缸筒", "销轴", "回转支承", "臂架", "行走架"], [Gantry, Lathe, Large]),
        new("航空航天", ["航空科技", "航空部件", "航宇科技"], ["钛合金框梁", "叶轮", "机匣", "起落架接头"], [FiveAxis, Horizontal, TurnMill]),
        new("阀门泵业", ["阀门", "泵业", "流体设备", "管业"], ["阀体", "泵盖", "叶轮", "球体"], [Lathe, Vertical, TurnMill]),
        new("五金制品", ["五金制品", "金属制品", "五金工具", "卫浴五金", "锁具"], ["水龙头本体", "锁芯", "扳手", "合页", "厨具手柄"], [Drill, Lathe, Engraver]),
        new("钣金机箱", ["钣金制造", "机柜设备", "金属结构", "电器设备"], ["机柜", "配电箱", "控制柜门板", "电梯轿厢"], [Laser, Bender]),
        new("家用电器", ["电器制造", "家电科技", "厨房电器", "制冷设备"], ["压缩机曲轴", "燃气阀", "面板", "电机轴"], [Lathe, Drill, Robot]),
        new("半导体设备", ["半导体设备", "半导体科技", "真空设备"], ["腔体", "静电卡盘底座", "匀气盘", "真空法兰"], [FiveAxis, Large, Horizontal]),
        new("轨道交通", ["轨道装备", "轨道交通设备", "车辆部件"], ["齿轮箱体", "轴箱", "制动盘", "转向架横梁"], [Gantry, Horizontal, Lathe]),
        new("职业教育", ["职业技术学院", "技工学校"], ["实训件", "竞赛样件", "教学模型"], [Vertical, Lathe, FiveAxis], "技师学院"),
    ];

    public static IReadOnlyList<string> Sources { get; } = ["展会", "老客户介绍", "官网", "电话开发", "招标信息", "短视频", "代理商", "陌生拜访", "搜索推广"];

    public static IReadOnlyList<string> Tags { get; } = ["重点跟进", "展会", "老客户介绍", "账期长", "价格敏感", "出口型", "扩产", "技改补贴", "样板客户", "招投标", "两班倒", "以旧换新", "要自动化", "融资租赁", "新厂房"];

    public static IReadOnlyList<string> Interests { get; } = ["钓鱼", "喝茶", "篮球", "羽毛球", "摄影", "自驾", "书法", "象棋", "跑步", "养花"];
}
