namespace Guanxi.Science.Matching.Parsing;

/// <summary>Words of company names that do not tell one company from another.</summary>
internal static class CompanyWords
{
    /// <summary>Legal forms at the end of East Asian names, longest first.</summary>
    public static readonly string[] AsianForms =
    [
        "集团股份有限公司", "集团有限责任公司", "控股集团有限公司", "股份有限责任公司", "集团有限公司", "控股有限公司", "投资有限公司", "有限责任公司", "股份有限公司", "有限合伙企业", "普通合伙企业",
        "有限公司", "股份公司", "合伙企业", "个体工商户", "集团公司", "总公司", "株式会社", "有限会社", "合同会社", "주식회사", "유한회사", "公司", "集团", "控股", "股份", "有限", "有限合伙", "普通合伙",
    ];

    /// <summary>Ends of a part that names a branch or outlet.</summary>
    public static readonly string[] Branches =
    [
        "分公司", "分行", "支行", "支公司", "分店", "分厂", "分校", "分院", "分部", "分所", "分社", "分局", "办事处", "营业部", "营业厅", "经营部", "门市部", "项目部", "事业部", "代表处", "联络处", "旗舰店", "专卖店", "门店", "网点", "售后服务部", "服务部",
    ];

    /// <summary>Lines of business, stripped from the end of a Chinese name after the legal form.</summary>
    public static readonly HashSet<string> Trades =
    [
        .. ("科技 技术 信息 信息技术 信息科技 网络 网络科技 网络技术 软件 电子 电子商务 电子科技 电器 电气 电力 电缆 电源 电机 通信 通讯 智能 智能科技 自动化 系统 数据 传感 光电 半导体 微电子 " +
            "贸易 商贸 经贸 外贸 进出口 国际贸易 国际 实业 工贸 投资 投资管理 资产管理 资本 基金 金融 保险 证券 银行 租赁 融资租赁 担保 咨询 管理咨询 企业管理 管理 服务 教育 教育科技 教育咨询 培训 文化 文化传媒 文化传播 文化发展 传媒 传播 广告 影视 娱乐 体育 旅游 旅行社 酒店 餐饮 食品 饮料 酒业 茶业 粮油 农业 农业科技 农牧 牧业 渔业 林业 种业 园林 园艺 花卉 " +
            "建筑 建筑工程 建设 建设工程 工程 工程技术 建材 装饰 装饰工程 装修 装潢 设计 房地产 房地产开发 置业 地产 物业 物业管理 开发 发展 物流 货运 运输 快递 供应链 供应链管理 仓储 汽车 汽车销售 汽车零部件 汽配 机械 机械设备 机械制造 设备 设备制造 机电 机电设备 制造 仪器 仪器仪表 仪表 模具 五金 五金制品 工具 阀门 轴承 精密 数控 工业 重工 钢铁 钢结构 金属 金属制品 有色金属 矿业 能源 新能源 新能源科技 石油 石化 燃气 煤炭 水务 环保 环保科技 环境 环境科技 节能 化工 化学 化纤 材料 新材料 塑料 塑胶 橡胶 涂料 玻璃 陶瓷 包装 印刷 纸业 造纸 家具 家居 家电 木业 纺织 服装 服饰 鞋业 皮革 珠宝 玩具 日用品 化妆品 医药 药业 制药 生物 生物科技 生物技术 生物医药 医疗 医疗器械 医疗科技 健康 健康科技 健康管理 医院 " +
            "劳务 劳务派遣 人力资源 安防 消防 安全 检测 照明 灯饰 百货 超市 销售 营销 策划 会展 展览 出版 动漫 游戏 互联网 云计算 大数据 物联网 航空 船舶 铁路 港口 客运 出租车 加油站 修理 维修 清洁 保洁 家政 摄影 眼镜 图书 办公 办公用品 文具 用品 制品 产品 商业 商务 商务咨询 商务服务 产业 事务所 研究院 研究所 中心 厂 店 商行 商店 企业 食品加工 加工 养殖 种植 专业合作社 合作社").Split(' ', StringSplitOptions.RemoveEmptyEntries),
    ];

    /// <summary>Length of the longest trade word.</summary>
    public static readonly int LongestTrade = Trades.Max(trade => trade.Length);

    /// <summary>Legal forms in Latin script, as single words without dots.</summary>
    public static readonly HashSet<string> LatinForms = new(StringComparer.Ordinal)
    {
        "inc", "incorporated", "corp", "corporation", "co", "company", "ltd", "limited", "llc", "llp", "lp", "plc", "gmbh", "mbh", "ag", "aktiengesellschaft", "kg", "kgaa", "ohg", "se", "sa", "sas", "sarl", "srl", "spa", "sl", "nv", "bv", "ab", "as", "asa", "oy", "oyj", "aps", "pty", "pte", "sdn", "bhd", "kk", "ltda", "tbk", "pt", "jsc", "ooo", "oao", "zao", "doo", "kft", "rt",
        "holding", "holdings", "group", "groupe", "gruppe", "the", "and", "of", "de", "und", "et",
    };

    /// <summary>English words of trade that often come or go.</summary>
    public static readonly HashSet<string> LatinTrades = new(StringComparer.Ordinal)
    {
        "technology", "technologies", "tech", "international", "intl", "global", "worldwide", "industries", "industry", "industrial", "enterprises", "enterprise", "solutions", "services", "service", "systems", "trading", "communications", "electronics", "software", "consulting", "partners", "associates", "products", "manufacturing",
    };
}
